import type { Token } from '../../../model/sql/lexer.ts';
import { rewriteCast } from './cast-syntax.ts';
import { functionSyntax } from './function-syntax.ts';
import { FUNCTION_TRANSLATIONS } from './function-translations.ts';
import { type Kind, resultKind } from './kinds.ts';
import type { Rewriter } from './rewriter.ts';
import { callAs } from './write-call.ts';

/** A call: renamed as the table says, its arguments rewritten, with what may follow it (FILTER, OVER, IGNORE NULLS). */
export function rewriteCall(rewriter: Rewriter, token: Token): Kind | undefined {
  const name = token.value;
  if (token.kind === 'name')
    rewriter.refuse(`the quoted name ${token.text} is called`, 'call functions without quotes');
  if (name === 'cast' || name === 'try_cast') return rewriteCast(rewriter);
  const syntax = functionSyntax(name);
  if (syntax) {
    syntax(rewriter);
    return resultKind(name);
  }
  if (!Object.hasOwn(FUNCTION_TRANSLATIONS, name)) {
    rewriter.refuse(`the function \`${name}\` is not supported`, 'use another, or write the transformation as code()');
  }
  const translation = FUNCTION_TRANSLATIONS[name as keyof typeof FUNCTION_TRANSLATIONS];
  if (typeof translation === 'object') callAs(rewriter, translation.as, translation.argument);
  else callAs(rewriter, translation === 'macro' ? `trino_${name}` : token.text);
  return resultKind(name);
}
