import { Modal, type ModalProps } from '@shopify/polaris'
import { useEffect, useState } from 'react'

/** A dialog that is there as long as it is drawn. The focus then goes back to where it came from. */
export function Dialog(props: Omit<ModalProps, 'open'>) {
  useReturnFocus()
  return <Modal open {...props} />
}

Dialog.Section = Modal.Section

function useReturnFocus() {
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
      else document.querySelector<HTMLElement>('main')?.focus()
    },
    [before],
  )
}
