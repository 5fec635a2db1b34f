import { defineCommand } from '../command.ts';
export default defineCommand<Record<string, never>>({
  configure: (command) => command,
  async run() {
    return undefined;
  },
});
