/** The only place time comes from. */
export interface Clock {
  now(): Date;
}
