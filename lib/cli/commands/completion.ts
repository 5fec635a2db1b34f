import { MeshError } from '../../model/mesh-error.ts';
import { defineCommand } from '../command.ts';
import { GLOBAL_OPTIONS, VERBS } from '../commands.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `mesh completion` */
export default defineCommand<Record<string, never>>({
  configure: (command) =>
    command.argument('<shell>', SHELLS.join(', ')).addHelpText(
      'after',
      `
Examples:
  bash  $ echo 'source <(mesh completion bash)' >> ~/.bashrc
  zsh   $ echo 'source <(mesh completion zsh)' >> ~/.zshrc
  fish  $ mesh completion fish > ~/.config/fish/completions/mesh.fish`,
    ),
  async run({ print }, { args }) {
    const shell = SHELLS.find((each) => each === args[0]);
    if (!shell) {
      const fix = `use ${SHELLS.join(', ')}`;
      throw new MeshError({ code: 'usage', kind: 'usage', message: `no completion for \`${String(args[0])}\``, fix });
    }
    const script = { bash, zsh, fish }[shell](await optionsByVerb());
    if (print.json) print.answer({ shell, script });
    else print.raw(script);
    return undefined;
  },
});

/** The options of each verb, from the verbs themselves. */
async function optionsByVerb(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { Command } = await import('commander');
  const global = [...GLOBAL_OPTIONS.map(({ flags }) => flags.split(' ')[0]!), '--help'];
  const options = new Map<string, string[]>();
  for (const { name, load } of VERBS) {
    const command = (await load()).default.configure(new Command(name));
    const all = [command, ...command.commands];
    const own = all.flatMap((each) => each.options.map(({ long }) => long ?? ''));
    options.set(name, [...command.commands.map((each) => each.name()), ...own, ...global]);
  }
  return options;
}

type Options = ReadonlyMap<string, readonly string[]>;

const FILE_OPTIONS = '--mesh|--home';

function bash(options: Options): string {
  const cases = [...options].map(([verb, words]) => `    ${verb}) words="${words.join(' ')}" ;;`);
  return `_mesh() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" verb="" each words
  case "$previous" in ${FILE_OPTIONS}) COMPREPLY=($(compgen -f -- "$word")); return ;; esac
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$each" in -*) ;; *) verb="$each"; break ;; esac
  done
  case "$verb" in
${cases.join('\n')}
    *) words="${[...options.keys()].join(' ')} --help --version" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [ \${#COMPREPLY[@]} -eq 0 ] && [ "\${word#-}" = "$word" ] && COMPREPLY=($(compgen -f -- "$word"))
}
complete -F _mesh mesh
`;
}

function zsh(options: Options): string {
  const verbs = VERBS.map(
    ({ name, summary }) => `    '${name}:${summary.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`,
  );
  const cases = [...options].map(([verb, words]) => `    ${verb}) compadd -- ${words.join(' ')} ;;`);
  return `#compdef mesh
_mesh() {
  local -a verbs
  verbs=(
${verbs.join('\n')}
  )
  case "$words[CURRENT-1]" in ${FILE_OPTIONS}) _files; return ;; esac
  if (( CURRENT == 2 )); then _describe 'verb' verbs; return; fi
  case "$words[2]" in
${cases.join('\n')}
  esac
  [[ "$words[CURRENT]" == -* ]] || _files
}
compdef _mesh mesh
`;
}

function fish(options: Options): string {
  const quote = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
  const verbs = VERBS.map(
    ({ name, summary }) => `complete -c mesh -f -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
  );
  const rest = [...options].flatMap(([verb, words]) =>
    words.map((word) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c mesh -n '__fish_seen_subcommand_from ${verb}' ${what}`;
    }),
  );
  return `${[...verbs, ...rest].join('\n')}\n`;
}
