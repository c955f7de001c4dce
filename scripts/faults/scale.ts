/** How much of it, and the seed of everything random. */
export interface Scale {
  kills: number
  deliveries: number
  /** How often a standby takes the primary's place. */
  failOvers: number
  /** How often connections vanish. */
  vanished: number
  seed: number
}
