import { writeFileSync } from 'node:fs';
import { readMesh } from '../../lib/cdk.ts';

/** Resolves a mesh and keeps the model. */
export async function resolveModel(given: { readonly mesh: string; readonly home: string; readonly model: string }) {
  const { model } = await readMesh(given.mesh, { home: given.home });
  writeFileSync(given.model, JSON.stringify(model));
}
