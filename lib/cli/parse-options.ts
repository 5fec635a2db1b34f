import { MeshError } from '../model/mesh-error.ts';

/** A whole number above 0 that an option was given. */
export function toCount(option: string, text: string | undefined, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number <= most) return number;
  const fix =
    most === Number.MAX_SAFE_INTEGER ? 'give a whole number above 0' : `give a whole number from 1 to ${most}`;
  throw new MeshError({ code: 'usage', kind: 'usage', message: `\`${option} ${text}\` is no count`, fix });
}

/** A number that an option was given. */
export function toNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return number;
  const fix = `give one, such as \`${option} 1\``;
  throw new MeshError({ code: 'usage', kind: 'usage', message: `\`${option} ${text}\` is no number`, fix });
}
