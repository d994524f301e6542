/**
 * Third-party images in Dockerfile and docker-compose.yml: the text before the name, the name, and its digest if it has
 * one.
 */
export const IMAGE = /((?:NODE_IMAGE=|image: )(?<name>[a-z]+:[\w.-]+))(?<digest>@sha256:[0-9a-f]{64})?/g;

export const FILES = ['Dockerfile', 'docker-compose.yml'];
