import type { TestProject } from 'vitest/node';
import { type EmulatorEnv, startEmulator } from './start-emulator.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The environment of the emulator that all tests share which need none of their own. */
    aws: EmulatorEnv;
  }
}

/** Starts the shared emulator before the tests and stops it after them; its environment is the tests' own. */
export default async function shareEmulator(project: TestProject): Promise<() => Promise<void>> {
  const emulator = await startEmulator();
  for (const name of ['AWS_SESSION_TOKEN', 'AWS_PROFILE']) delete process.env[name];
  Object.assign(process.env, emulator.env);
  project.provide('aws', emulator.env);
  return () => emulator.stop();
}
