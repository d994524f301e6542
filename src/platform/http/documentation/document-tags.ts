/** A group of endpoints in the OpenAPI document. */
export interface DocumentTag {
  readonly name: string;
  readonly description: string;
}

/**
 * The groups in the order in which the document shows them. Provided by the wiring, as the platform names no module.
 */
export class DocumentTags {
  constructor(readonly all: readonly DocumentTag[]) {}
}
