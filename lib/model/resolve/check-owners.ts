import type { MeshDeclaration } from '../define-mesh.ts';
import { didYouMean } from '../did-you-mean.ts';
import { listNames } from '../list-names.ts';
import { checkDay, checkSchedule } from './check-times.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import type { ProblemList } from './problem-list.ts';

/** Semantic versioning 2.0.0, without build metadata: two builds of one version would have one contract. */
const VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?$/;

/** Refuses products without a responsible team, or with an invalid version, life or schedule. */
export function checkOwners(mesh: MeshDeclaration, product: LoadedProduct, problems: ProblemList): void {
  const { id, declaration } = product;
  const where = { product: id };
  const teams = teamNames(mesh);
  const domain = mesh.domains.find(({ name }) => name === declaration.domain);
  if (!domain) {
    const names = mesh.domains.map(({ name }) => name);
    const message = `domain \`${declaration.domain}\` is not in the mesh${didYouMean(declaration.domain, names)}`;
    problems.add('unknown-domain', where, message, `use one of ${listNames(names)}, or add it to the mesh`);
  }
  const { team, contact } = declaration.owner ?? {};
  if (!team?.trim() || !contact?.trim()) {
    problems.add('no-owner', where, 'has no owner', 'add `owner: { team, contact }`');
  } else if (!teams.includes(team)) {
    const message = `is owned by \`${team}\`, which is no team of the mesh${didYouMean(team, teams)}`;
    problems.add('unknown-owner', where, message, nameATeam(teams));
  } else if (domain && domain.team !== team) {
    const message = `is owned by \`${team}\`, but domain \`${domain.name}\` belongs to \`${domain.team}\``;
    const fix = `make \`${domain.team}\` its owner, or move it to a domain of that team`;
    problems.add('foreign-owner', where, message, fix);
  }
  if (!VERSION.test(declaration.version)) {
    const message = `version \`${declaration.version}\` is not semantic`;
    problems.add('invalid-version', where, message, 'use three numbers, such as `1.0.0`');
  }
  if (declaration.status === 'deprecated' && declaration.endOfSupport === undefined) {
    problems.add('invalid-status', where, 'is deprecated without an end', "add `endOfSupport: '2027-12-31'`");
  }
  checkDay('endOfSupport', declaration.endOfSupport, where, problems);
  checkSchedule(declaration.refresh?.schedule, where, problems);
}

/** Every team: owners of domains first, none twice. */
export function teamNames(mesh: MeshDeclaration): string[] {
  return [...new Set([...mesh.domains.map(({ team }) => team), ...(mesh.teams ?? []).map(({ name }) => name)])];
}

/** The way out for a team that the mesh does not have. */
export function nameATeam(teams: readonly string[]): string {
  return `name one of ${listNames(teams)}, or add it to the mesh's \`teams\``;
}
