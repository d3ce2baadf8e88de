import { openMemoryLog } from '../../../../src/embedded/eventstore/log/memory-log.js';
import { eventLogContract } from './event-log.contract.js';

eventLogContract('An event log in memory', async () => openMemoryLog());
