import { useChange } from '../kit/use-change.ts'

export type ChangeSettings = ReturnType<typeof useChangeSettings>

/** Sets settings of the shop from a page whose action is `changeSettings`. */
export function useChangeSettings(action: string) {
  const { submit, busy, lost } = useChange<{ ok: true }>()
  const send = (settings: { guideDismissed?: boolean; themeBlockDone?: boolean }) =>
    void submit(settings, { method: 'POST', action, encType: 'application/json' })
  return { send, busy, lost }
}
