import { seedMesh } from '../../lib/adapters/local/seed.ts';

/** Seeds a landing folder again and again, saying each time, until it is killed or has done so often enough. */
const [folder, landing, times] = process.argv.slice(2);
for (let time = 0; time < Number(times); time += 1) {
  await seedMesh({ folder: folder!, landing: landing!, threads: 1 });
  process.stdout.write(`seeded ${time}\n`);
}
