// All that a page loads before the panel is opened. The panel's own script comes with the first click, or when a link
// to #stammgast is followed; the listener sits on the document, so it does not matter when this script arrives.
const open = async () => {
  const launcher = document.querySelector('[data-stammgast-open]')
  if (!launcher) return
  launcher.setAttribute('aria-busy', 'true')
  try {
    const panel = await import(launcher.dataset.script)
    await panel.open(launcher)
  } finally {
    launcher.removeAttribute('aria-busy')
  }
}

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-stammgast-open], a[href="#stammgast"]')
  if (!opener) return
  event.preventDefault()
  open()
})
if (location.hash === '#stammgast') open()
