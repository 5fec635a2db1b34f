const MEGABYTE = 2 ** 20;
const LEAST = 10 * MEGABYTE;

/**
 * What Athena bills for one query that scanned so many bytes: rounded up to the megabyte, and at least ten.
 *
 * Statements that only define things, and failed ones, cost nothing: they are not to be asked about.
 */
export function billedBytes(scanned: number): number {
  return Math.max(LEAST, Math.ceil(scanned / MEGABYTE) * MEGABYTE);
}
