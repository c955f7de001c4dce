import { Modal, type ModalProps } from '@shopify/polaris'
import { useEffect, useState } from 'react'
import { focusedBefore } from './focus-before.ts'

/** A dialog that is there as long as it is drawn. The focus then goes back to where it came from. */
export function Dialog(props: Omit<ModalProps, 'open'>) {
  useReturnFocus()
  return <Modal open {...props} />
}

Dialog.Section = Modal.Section

function useReturnFocus() {
  const [before] = useState(focusedBefore)
  useEffect(
    () => () => {
      if (before?.isConnected) before.focus()
      // What opened it may be gone by now, or out of use.
      if (document.activeElement === document.body) document.querySelector<HTMLElement>('main')?.focus()
    },
    [before],
  )
}
