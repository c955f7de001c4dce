/** What the page of past orders asks for. */
export type ImportWish =
  | { intent: 'start'; from: string; award: boolean }
  | { intent: 'confirm' | 'undo'; id: number }
  | { intent: 'cancel' }
