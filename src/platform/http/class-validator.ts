import { createRequire } from 'node:module';
import type * as ClassValidator from 'class-validator';

const require = createRequire(import.meta.url);

/**
 * What is used of class-validator, from the files that it stands in: the package's own entry loads a hundred rules that
 * nobody here asks for, one of which knows the telephone numbers of all countries. 300 modules, a tenth of a second.
 */
const load = (file: string): typeof ClassValidator =>
  require(`class-validator/cjs/${file}.js`) as typeof ClassValidator;

export const { ValidateBy } = load('decorator/common/ValidateBy');
export const { IsOptional } = load('decorator/common/IsOptional');
export const { ValidateNested } = load('decorator/common/ValidateNested');
export const { getMetadataStorage } = load('metadata/MetadataStorage');

const { Validator } = load('validation/Validator');

/** Has no state of its own. */
export const validator = new Validator();
