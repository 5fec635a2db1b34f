#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { INTERRUPTED } from '../lib/cli/exit-code.ts';
import { main } from '../lib/cli/main.ts';

// Newer Nodes keep compiled code between runs.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();

process.exitCode = await main(process.argv.slice(2));
// Threads of the engine may still be at what nobody waits for any more.
if (process.exitCode === INTERRUPTED) process.exit();
