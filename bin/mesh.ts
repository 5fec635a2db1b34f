#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { main } from '../lib/cli/main.ts';

// Newer Nodes keep compiled code between runs.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();

process.exitCode = await main(process.argv.slice(2));
