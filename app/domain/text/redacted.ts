/** Stands where people had written something about somebody who asked for erasure; migrations know the same mark. */
export const REDACTED = '[redacted]'
