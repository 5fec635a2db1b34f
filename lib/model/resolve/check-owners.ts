import type { MeshDeclaration } from '../define-mesh.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import { didYouMean, listNames, type ProblemList } from './problem-list.ts';

const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/;
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Refuses products without a responsible team, with an invalid version or life, and grants to nobody. */
export function checkOwners(mesh: MeshDeclaration, product: LoadedProduct, problems: ProblemList): void {
  const { id, declaration } = product;
  const where = { product: id };
  const teams = teamNames(mesh);
  const team = (code: string, name: string, what: string, place: { product: string; port?: string }) => {
    if (teams.includes(name)) return;
    const fix = `name one of ${listNames(teams)}, or add it to the mesh's \`teams\``;
    problems.add(code, place, `${what} \`${name}\`, which is no team of the mesh${didYouMean(name, teams)}`, fix);
  };
  const domain = mesh.domains.find(({ name }) => name === declaration.domain);
  if (!domain) {
    const names = mesh.domains.map(({ name }) => name);
    const message = `domain \`${declaration.domain}\` is not in the mesh${didYouMean(declaration.domain, names)}`;
    problems.add('unknown-domain', where, message, `use one of ${listNames(names)}, or add it to the mesh`);
  }
  if (!declaration.owner?.team || !declaration.owner.contact) {
    problems.add('no-owner', where, 'has no owner', 'add `owner: { team, contact }`');
  } else {
    team('unknown-owner', declaration.owner.team, 'is owned by', where);
    if (domain && domain.team !== declaration.owner.team) {
      const message = `is owned by \`${declaration.owner.team}\`, but domain \`${domain.name}\` belongs to \`${domain.team}\``;
      problems.add(
        'foreign-owner',
        where,
        message,
        `make \`${domain.team}\` its owner, or move it to a domain of that team`,
      );
    }
  }
  if (!VERSION.test(declaration.version)) {
    const message = `version \`${declaration.version}\` is not semantic`;
    problems.add('invalid-version', where, message, 'use three numbers, such as `1.0.0`');
  }
  if (declaration.status === 'deprecated' && declaration.endOfSupport === undefined) {
    problems.add('invalid-status', where, 'is deprecated without an end', "add `endOfSupport: '2027-12-31'`");
  }
  checkDay('endOfSupport', declaration.endOfSupport, where, problems);
  for (const [port, output] of Object.entries(declaration.outputs)) {
    for (const grant of output.grants ?? []) {
      const place = { product: id, port };
      team('unknown-team', grant.to, 'grants to', place);
      if (!grant.purpose?.trim())
        problems.add('no-purpose', place, `the grant to \`${grant.to}\` has no purpose`, 'add `purpose`');
      checkDay('until', grant.until, place, problems);
      for (const field of grant.columns ?? []) {
        if (output.fields[field]) continue;
        const message = `the grant to \`${grant.to}\` names \`${field}\`, which is not a field`;
        problems.add(
          'invalid-grant',
          { ...place, field },
          message,
          `name one of ${listNames(Object.keys(output.fields))}`,
        );
      }
    }
  }
}

/** Every team: owners of domains first, none twice. */
export function teamNames(mesh: MeshDeclaration): string[] {
  return [...new Set([...mesh.domains.map(({ team }) => team), ...(mesh.teams ?? []).map(({ name }) => name)])];
}

function checkDay(
  what: string,
  day: string | undefined,
  where: { product: string; port?: string },
  problems: ProblemList,
): void {
  if (day === undefined || (DAY.test(day) && !Number.isNaN(Date.parse(day)))) return;
  problems.add('invalid-day', where, `\`${what}: '${day}'\` is not a day`, 'write it as `2027-12-31`');
}
