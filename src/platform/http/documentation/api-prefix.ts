/** Where the API lives. Everything under it needs a key, unless it is marked otherwise. */
export const API_PREFIX = 'api/v1';
