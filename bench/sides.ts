/** What runs in processes of its own; each is loaded only where it runs, so that no side pays for another. */
export const SIDES: { readonly [name: string]: (given: never) => Promise<void> } = {
  seed: async (given) => (await import('./build/seed-landing.ts')).seedLanding(given),
  record: async (given) => (await import('./build/record-plan.ts')).recordPlan(given),
  plain: async (given) => (await import('./build/run-plain.ts')).runPlain(given),
  parser: async (given) => (await import('./check/call-parser.ts')).callParser(given),
  resolve: async (given) => (await import('./synth/resolve-model.ts')).resolveModel(given),
  synthesise: async (given) => (await import('./synth/synthesise-ours.ts')).synthesiseOurs(given),
  raw: async (given) => (await import('./synth/synthesise-raw.ts')).synthesiseRaw(given),
};
