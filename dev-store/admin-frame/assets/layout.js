// Phone width: the navigation opens and closes with the button in the top bar.
{
  const button = document.getElementById('menu-button')
  const navigation = document.getElementById('navigation')
  const setOpen = (open) => {
    navigation.classList.toggle('open', open)
    button.setAttribute('aria-expanded', String(open))
  }
  button.addEventListener('click', () => setOpen(!navigation.classList.contains('open')))
  navigation.addEventListener('click', (event) => {
    if (event.target.closest('a')) setOpen(false)
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !navigation.classList.contains('open')) return
    setOpen(false)
    button.focus()
  })
}
