import { defineCommand } from '../command.ts';
import { FAILED } from '../exit-code.ts';
import { checkMesh, placeOf } from '../open-mesh.ts';
import { printProblems } from '../report-error.ts';
import { count } from '../words.ts';

/** `mesh check` */
export default defineCommand<Record<string, never>>({
  configure: (command) => command,
  async run(context) {
    const { print } = context;
    const place = placeOf(context);
    const { summary, problems, cached } = await checkMesh(place);
    if (problems.length > 0) {
      print.failure({ code: 'invalid-mesh', kind: 'check', message: `${problems.length} problems`, problems });
      printProblems(print, problems);
      print.note(
        `\n${print.noteColor.red(count(problems.length, 'problem'))} in mesh ${summary.name}; ${count(summary.products, 'product')} without`,
      );
      return FAILED;
    }
    print.answer({ ...summary, problems, cached });
    const size = `${count(summary.domains, 'domain')}, ${count(summary.products, 'product')}, ${count(summary.ports, 'port')}`;
    print.line(`${print.color.green('ok')} ${summary.name}: ${size}${cached ? ' (nothing changed)' : ''}`);
    return undefined;
  },
});
