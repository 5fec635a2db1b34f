/** One bench: runs its sides and says what came of it. */
export interface Bench {
  readonly name: string;
  readonly about: string;
  run(options: BenchOptions): Promise<readonly Result[]>;
}

export interface BenchOptions {
  /** How often each side runs, in turns. */
  readonly pairs: number;
  /** Of the reference mesh's operational data. */
  readonly scale: number;
}

/** One line of the table. */
export interface Result {
  readonly bench: string;
  readonly what: string;
  readonly measured: number;
  /** At most this; without one the figure only informs. */
  readonly goal?: number;
  readonly unit: 'ratio' | 's';
  /** The figures it is made of, in words. */
  readonly from: string;
}
