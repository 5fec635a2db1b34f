import type { Field } from '../field.ts';
import type { FieldType } from '../field-type.ts';
import type { Where } from '../mesh-error.ts';
import { LONGEST_NAME, RECORDED_AT, SNAKE_NAME, SOURCE_FILE } from '../names.ts';
import type { ProblemList } from './problem-list.ts';
import { RESERVED_WORDS } from './reserved-words.ts';

/** Refuses names of fields, and of fields within structs, that Athena would refuse or that the mesh keeps. */
export function checkFieldNames(
  fields: { readonly [name: string]: Field },
  where: Where & { readonly product: string; readonly port: string },
  problems: ProblemList,
): void {
  for (const [name, { spec }] of Object.entries(fields)) {
    const place = { ...where, field: name };
    if (name === RECORDED_AT || name === SOURCE_FILE) {
      problems.add('reserved-name', place, `\`${name}\` is a system column`, 'choose another name for the field');
    } else {
      checkSnakeName('field', name, place, problems);
    }
    for (const inner of namesWithin(spec.type)) checkSnakeName('field', inner, place, problems);
  }
}

/** Refuses names that Athena's SQL does not take as they are, without quotes. */
export function checkSnakeName(what: string, name: string, where: Where, problems: ProblemList): void {
  if (name.length > LONGEST_NAME) {
    const message = `${what} name \`${name.slice(0, 40)}…\` has ${name.length} characters, Glue allows ${LONGEST_NAME}`;
    problems.add('invalid-name', where, message, 'shorten it');
  } else if (!SNAKE_NAME.test(name)) {
    const fix = 'use small letters, digits and underscores, beginning with a letter, such as `vendor_id`';
    problems.add('invalid-name', where, `Athena would refuse the ${what} name \`${name}\``, fix);
  } else if (RESERVED_WORDS.has(name)) {
    const message = `${what} name \`${name}\` is a reserved word of Athena's SQL`;
    problems.add('reserved-name', where, message, `choose another, such as \`${name}_value\``);
  }
}

function namesWithin(type: FieldType): string[] {
  switch (type.kind) {
    case 'list':
      return namesWithin(type.of);
    case 'map':
      return [...namesWithin(type.key), ...namesWithin(type.value)];
    case 'struct':
      return Object.entries(type.fields).flatMap(([name, of]) => [name, ...namesWithin(of)]);
    default:
      return [];
  }
}
