import type { z } from 'zod';
import { didYouMean } from '../model/did-you-mean.ts';
import type { Problem, Where } from '../model/mesh-error.ts';
import { UNKNOWN_KEYS } from './declaration-schemas.ts';
import { findPlace } from './find-place.ts';

/** Whose shape is checked, for the place of a problem. */
export interface ShapeOwner {
  readonly product?: string;
  readonly file?: string;
  /** The file's text, to find lines in. */
  readonly source?: string;
}

type Issue = z.core.$ZodIssue;

/** Every way in which a declaration does not have the shape it should have. */
export function checkShape(schema: z.ZodType, value: unknown, owner: ShapeOwner): Problem[] {
  const { error } = schema.safeParse(value, { error: describe, reportInput: true });
  if (!error) return [];
  const issues = error.issues.flatMap(innermost);
  const meant = new Set(issues.flatMap(suggestions));
  return issues
    .filter(({ path, ...issue }) => !(isMissing(issue as Issue) && meant.has(path.join('.'))))
    .map((issue) => problemOf(issue, owner));
}

/** Of an object that fits no variant, the issues of the variant that it is nearest to. */
function innermost(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const deepest = [...issue.errors].sort((a, b) => a.length - b.length)[0]!;
  const inner = deepest.map((each): Issue => ({ ...each, path: [...issue.path, ...each.path] }));
  const isNested = inner.every(({ path }) => path.length > issue.path.length);
  return isNested ? inner.flatMap(innermost) : [issue];
}

/** Paths that a mistyped property stands for; that those are missing need not be said as well. */
function suggestions(issue: Issue): string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const meant = [...issue.message.matchAll(/did you mean `([^`]+)`/g)].map(([, name]) => name!);
  return meant.map((name) => [...issue.path, name].join('.'));
}

function problemOf(issue: Issue, { product, file, source }: ShapeOwner): Problem {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  const place =
    source === undefined
      ? undefined
      : findPlace(
          source,
          path.filter((name) => name !== 'spec'),
        );
  const where: Where = { product, ...subject(path), file, ...place };
  const shown = issue.path
    .map(String)
    .filter((name) => name !== 'spec')
    .join('.');
  const isUnknown = issue.message.startsWith(UNKNOWN_KEYS);
  const message = isUnknown
    ? `${issue.message}${shown ? ` in \`${shown}\`` : ''}`
    : `\`${shown || 'the default export'}\` ${issue.message}`;
  const code = isUnknown ? 'unknown-property' : isMissing(issue) ? 'missing-property' : 'wrong-property';
  return { code, message, where, fix: fixOf(issue, shown) };
}

function fixOf(issue: Issue, shown: string): string {
  if (issue.code === 'unrecognized_keys') return 'correct its name, or remove it';
  if (isMissing(issue)) return `add \`${shown.split('.').at(-1) ?? 'it'}\``;
  if (issue.code === 'invalid_value') return `use ${listValues(issue.values)}`;
  return 'correct it';
}

function subject([section, port, part, field]: readonly PropertyKey[]): Where {
  if (section !== 'outputs' || typeof port !== 'string') return {};
  return { port, ...(part === 'fields' && typeof field === 'string' ? { field } : {}) };
}

/** What is wrong with a value, after its name. */
function describe(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  if (input === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return typeof input === 'function'
        ? `is a function, not ${article(issue.expected)}; call it`
        : `is ${show(input)}, not ${article(issue.expected)}`;
    case 'invalid_value': {
      const values = issue.values as readonly unknown[];
      const hint =
        typeof input === 'string'
          ? didYouMean(
              input,
              values.filter((each) => typeof each === 'string'),
            )
          : '';
      return `is ${show(input)}, which is none of ${listValues(values)}${hint}`;
    }
    case 'invalid_union':
      return `is ${show(input)}, which is nothing that can stand here`;
    case 'too_small':
      return `is ${show(input)}, which is too small (at least ${issue.minimum})`;
    case 'too_big':
      return `is ${show(input)}, which is too big (at most ${issue.maximum})`;
    default:
      return undefined;
  }
}

function isMissing(issue: Issue): boolean {
  return issue.message === 'is missing';
}

function article(type: string): string {
  const names: Record<string, string> = {
    array: 'a list',
    object: 'an object',
    record: 'an object',
    int: 'a whole number',
    string: 'a text',
  };
  return names[type] ?? `a ${type}`;
}

function listValues(values: readonly unknown[]): string {
  return values.map(show).join(', ');
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
