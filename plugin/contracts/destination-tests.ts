/** What was found when a destination was tried out. May be lost; then it is tried again. */
export interface DestinationTests<Found> {
  /** @returns undefined when it was never tried, or that is not known any more. */
  load(destination: string): Promise<Found | undefined>;
  save(destination: string, found: Found): Promise<void>;
}
