import type { MeshDeclaration } from '../define-mesh.ts';
import { didYouMean } from '../did-you-mean.ts';
import { listNames } from '../list-names.ts';
import { nameATeam, teamNames } from './check-owners.ts';
import { checkDay } from './check-times.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import type { ProblemList } from './problem-list.ts';

/** Refuses grants to nobody, for nothing, of nothing, or until no day. */
export function checkGrants(mesh: MeshDeclaration, { id, declaration }: LoadedProduct, problems: ProblemList): void {
  const teams = teamNames(mesh);
  for (const [port, output] of Object.entries(declaration.outputs)) {
    const fields = Object.keys(output.fields);
    const where = { product: id, port };
    for (const { to, purpose, columns, until } of output.grants ?? []) {
      if (!teams.includes(to)) {
        const message = `grants to \`${to}\`, which is no team of the mesh${didYouMean(to, teams)}`;
        problems.add('unknown-team', where, message, nameATeam(teams));
      }
      if (!purpose?.trim()) {
        problems.add('no-purpose', where, `the grant to \`${to}\` has no purpose`, 'add `purpose`');
      }
      checkDay('until', until, where, problems);
      if (columns?.length === 0) {
        const message = `the grant to \`${to}\` shows no column`;
        problems.add('invalid-grant', where, message, 'name some, or leave `columns` out to grant all');
      }
      for (const field of columns ?? []) {
        if (fields.includes(field)) continue;
        const message = `the grant to \`${to}\` names \`${field}\`, which is not a field${didYouMean(field, fields)}`;
        problems.add('invalid-grant', { ...where, field }, message, `name one of ${listNames(fields)}`);
      }
    }
  }
}
