import { seedMesh } from '../../lib/adapters/local/seed.ts';

/** Makes the reference mesh's operational data. */
export async function seedLanding(given: { folder: string; landing: string; scale: number }): Promise<void> {
  await seedMesh(given);
}
