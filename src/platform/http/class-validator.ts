import { createRequire } from 'node:module';
import type * as ClassValidator from 'class-validator';

const require = createRequire(import.meta.url);

/**
 * What is used of class-validator, from the files that it stands in: the package's own entry loads a hundred rules that
 * nobody here asks for, one of which knows the telephone numbers of all countries. 300 modules, a tenth of a second.
 */
type Used = typeof ClassValidator;
export const { ValidateBy } = require('class-validator/cjs/decorator/common/ValidateBy.js') as Used;
export const { IsOptional } = require('class-validator/cjs/decorator/common/IsOptional.js') as Used;
export const { ValidateNested } = require('class-validator/cjs/decorator/common/ValidateNested.js') as Used;
export const { getMetadataStorage } = require('class-validator/cjs/metadata/MetadataStorage.js') as Used;

const { Validator } = require('class-validator/cjs/validation/Validator.js') as Used;

/** Has no state of its own. */
export const validator = new Validator();
