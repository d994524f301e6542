/** The path of the API. Everything under it needs a key, unless it is marked otherwise. */
export const API_PREFIX = 'api/v1';
