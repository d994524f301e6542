/**
 * A refusal: the request was understood and is turned down, and nothing has changed.
 * Its `code` is part of the API (`/problems/<code>`); `extensions` are further members of the problem document.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string;

  constructor(
    message: string,
    readonly extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = new.target.name;
  }
}
