import { Controller, Get, Header, Headers, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiExcludeController } from './openapi-decorators.js';
import type { Problem } from '../../../shared/problem.js';
import { Problems } from '../problems/problems.js';
import { NotFound } from '../problems/refusals.js';

/** Where the `type` of a problem document leads: what the code means and what the caller can do. */
@ApiExcludeController()
@Controller('problems')
export class ProblemsController {
  constructor(private readonly problems: Problems) {}

  @Get()
  @Header('Vary', 'Accept')
  listProblems(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): unknown {
    if (!wantsHtml(accept)) return { results: this.problems.all.map(explained) };
    return page(reply, 'Problems', this.problems.all.map(sectionOf).join('\n'));
  }

  @Get(':code')
  @Header('Vary', 'Accept')
  getProblem(
    @Param('code') code: string,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): unknown {
    const problem = this.problems.find(code);
    if (problem === null) throw new NotFound('There is no problem with this code.');
    if (!wantsHtml(accept)) return explained(problem);
    return page(reply, problem.title, sectionOf(problem));
  }
}

function explained({ code, status, title, meaning, remedy }: Problem): object {
  return { type: `/problems/${code}`, code, status, title, meaning, remedy };
}

/** Browsers name text/html; API clients send nothing or a wildcard. */
function wantsHtml(accept: string | undefined): boolean {
  return accept?.includes('text/html') === true;
}

function sectionOf({ code, status, title, meaning, remedy }: Problem): string {
  return `<h2><a href="/problems/${code}">${code}</a> <small>${status}</small></h2>
<p><strong>${title}.</strong> ${html(meaning)}</p>
<p>What to do: ${html(remedy)}</p>`;
}

/** The texts are our own, with `code` in backticks and placeholders in angle brackets. */
function html(text: string): string {
  return text.replaceAll('<', '&lt;').replace(/`([^`]+)`/g, '<code>$1</code>');
}

function page(reply: FastifyReply, title: string, content: string): string {
  // Nothing but these texts and their one style: a page that runs nothing cannot be made to run anything.
  reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
  reply.type('text/html; charset=utf-8');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Bahi</title>
<style>:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;overflow-wrap:anywhere}
small{color:light-dark(#595959,#a6a6a6)}</style>
</head><body><h1>${title}</h1>
${content}
</body></html>
`;
}
