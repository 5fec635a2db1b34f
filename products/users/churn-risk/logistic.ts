export interface Example {
  readonly features: readonly number[];
  /** 1 or 0 */
  readonly label: number;
}

export interface LogisticModel {
  readonly weights: readonly number[];
  /** The fifth of the examples that was kept back. */
  readonly unseen: readonly Example[];
  predict(features: readonly number[]): number;
}

export interface TrainOptions {
  /** Says which examples are kept back. */
  readonly seed: number;
  readonly features: number;
  readonly steps: number;
}

/** Logistic regression by gradient descent over standardised features; the same examples give the same model. */
export function trainLogistic(examples: readonly Example[], { seed, features, steps }: TrainOptions): LogisticModel {
  const random = createRandom(seed);
  const seen: Example[] = [];
  const unseen: Example[] = [];
  for (const example of examples) (random() < 0.2 ? unseen : seen).push(example);
  const scales = Array.from({ length: features }, (_, at) => scaleOf(seen.map((example) => example.features[at]!)));
  const standard = (values: readonly number[]) =>
    values.map((value, at) => (value - scales[at]!.mean) / scales[at]!.deviation);

  const inputs = seen.map((example) => standard(example.features));
  const weights = new Array<number>(features).fill(0);
  let bias = 0;
  for (let step = 0; step < steps; step += 1) {
    const slope = new Array<number>(features).fill(0);
    let biasSlope = 0;
    for (const [index, input] of inputs.entries()) {
      const error = squash(dot(weights, input) + bias) - seen[index]!.label;
      biasSlope += error;
      for (let at = 0; at < features; at += 1) slope[at]! += error * input[at]!;
    }
    const rate = inputs.length === 0 ? 0 : 1 / inputs.length;
    bias -= rate * biasSlope;
    for (let at = 0; at < features; at += 1) weights[at]! -= rate * slope[at]!;
  }
  return { weights, unseen, predict: (values) => squash(dot(weights, standard(values)) + bias) };
}

/** The chance that a case is ranked above a non-case (area under the ROC curve); 0.5 when there is nothing to rank. */
export function rankingQuality(model: LogisticModel, examples: readonly Example[]): number {
  const scored = examples.map(({ features, label }) => ({ score: model.predict(features), label }));
  scored.sort((a, b) => a.score - b.score);
  let [cases, others, wins] = [0, 0, 0];
  for (let from = 0; from < scored.length; ) {
    let to = from;
    while (to < scored.length && scored[to]!.score === scored[from]!.score) to += 1;
    const tied = scored.slice(from, to).filter(({ label }) => label === 1).length;
    wins += tied * (others + (to - from - tied) / 2);
    cases += tied;
    others += to - from - tied;
    from = to;
  }
  return cases === 0 || others === 0 ? 0.5 : wins / (cases * others);
}

function scaleOf(values: readonly number[]): { mean: number; deviation: number } {
  if (values.length === 0) return { mean: 0, deviation: 1 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) > 0 ? Math.sqrt(variance) : 1 };
}

function dot(weights: readonly number[], values: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at += 1) sum += weights[at]! * values[at]!;
  return sum;
}

function squash(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** Numbers from 0 to 1 that only the seed decides (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
