import { isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { Secret } from './secret.js';

/** The longest delay a Node timer can hold, in milliseconds. */
export const longestDelayMs = 2_147_483_647;

/** Decimal text without sign, fraction, exponent or leading zeros, within bounds (both included). */
export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,15})$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));

export const flag = () => z.enum(['true', 'false']).transform((text) => text === 'true');

const hostPattern = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;
const isHost = (text: string) => isIP(text) !== 0 || hostPattern.test(text);
export const host = () => z.string().refine(isHost);

const parts = (text: string) => text.split(',').map((part) => part.trim());

export const hostList = () =>
  z
    .string()
    .transform((text) => (text === '' ? [] : parts(text)))
    .pipe(z.array(z.string().refine(isHost)))
    .readonly();

export const delayList = () =>
  z
    .string()
    .transform(parts)
    .pipe(z.array(wholeNumber(0, longestDelayMs)).min(1).max(20))
    .readonly();

/** A path that does not climb; relative ones count from the working directory. */
export const directory = () =>
  z
    .string()
    .refine((text) => !text.includes('\0') && !text.split(/[\\/]/).includes('..'))
    .transform((text) => resolve(text));

/** The same, and nothing is added to it. */
export const absolutePath = () => z.string().refine(isAbsolute).pipe(directory());

/** A connection string of one of the schemes. It may carry a password, so it is a secret. */
export const connectionString = (...schemes: string[]) =>
  z
    .string()
    .refine((text) => schemes.some((scheme) => text.startsWith(`${scheme}://`)) && /^[^:]+:\/\/[^\s/]+\S*$/.test(text))
    .transform((text) => new Secret(text));

export const secretText = () =>
  z
    .string()
    .regex(/^\S+$/)
    .transform((text) => new Secret(text));

/** Without a slash at its end. */
export const webAddress = () => z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''));
