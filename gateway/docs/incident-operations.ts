/** Incidents, maintenance and who is called: the operators' calls, and what the upstream may tell us of itself. */
import { NewOperator } from '../console/accounts.ts';
import { Correction, Measures, Merge, NewIncident, NewWindow, Update } from '../incidents/routes.ts';
import { Acknowledgement, Beat } from '../on-call/routes.ts';
import { InboundMail } from '../on-call/upstream-mail.ts';
import type { Operation } from './operation.ts';

const at = (path: string, ...calls: readonly Omit<Operation, 'tag' | 'security' | 'path'>[]): readonly Operation[] =>
  calls.map((call) => ({ ...call, path: `/admin/v1${path}`, tag: 'Operators', security: 'adminToken' }));

const stillBad = '409 `still_bad`: an indicator is bad, a breaker is not closed, or the cause is only blocked.';

export const incidentOperations: readonly Operation[] = [
  ...at(
    '/operators',
    { method: 'get', summary: 'Who may sign in to the operator’s page', answers: 'OperatorList' },
    {
      method: 'post',
      summary: 'Add an operator',
      description: 'The token is told here and never again.',
      json: NewOperator,
      answers: 'OperatorAdded',
    },
  ),
  ...at('/operators/{id}', {
    method: 'delete',
    summary: 'Remove an operator, and end its sessions',
    answers: 'OperatorRemoved',
  }),
  ...at(
    '/incidents',
    { method: 'get', summary: 'Incidents, open and past', answers: 'IncidentList' },
    { method: 'post', summary: 'Open one by hand', json: NewIncident, answers: 'IncidentAnswer' },
  ),
  ...at('/incidents/{id}', { method: 'get', summary: 'Read an incident', answers: 'IncidentAnswer' }),
  ...at('/incidents/{id}/updates', {
    method: 'post',
    summary: 'Write an update',
    description: stillBad,
    json: Update,
    answers: 'IncidentAnswer',
  }),
  ...at('/incidents/{id}/updates/{index}', {
    method: 'put',
    summary: 'Correct the text of an update',
    json: Correction,
    answers: 'IncidentAnswer',
  }),
  ...at('/incidents/{id}/publish', { method: 'post', summary: 'Publish it now', answers: 'IncidentAnswer' }),
  ...at('/incidents/{id}/merge', {
    method: 'post',
    summary: 'Merge it into another, of which it is a duplicate',
    json: Merge,
    answers: 'IncidentAnswer',
  }),
  ...at('/incidents/{id}/record', {
    method: 'put',
    summary: 'Add to the report after it what is done against a repetition',
    json: Measures,
    answers: 'IncidentRecord',
  }),
  ...at(
    '/maintenance',
    { method: 'get', summary: 'Windows in which trouble is expected', answers: 'MaintenanceList' },
    { method: 'post', summary: 'Plan a window', json: NewWindow, status: 201, answers: 'MaintenancePlanned' },
  ),
  ...at('/maintenance/{id}', { method: 'delete', summary: 'Cancel a window', answers: 'MaintenanceCancelled' }),
  ...at('/on-call', { method: 'get', summary: 'Who is called, and which lines are alive', answers: 'OnCallState' }),
  ...at('/on-call/{incident}/acknowledge', {
    method: 'post',
    summary: 'Somebody has it in hand: nobody else is called',
    json: Acknowledgement,
    answers: 'CallAcknowledged',
  }),
  {
    method: 'post',
    path: '/upstream/beats',
    tag: 'Upstream',
    summary: 'The line is alive',
    description: 'A line that falls silent is an incident of its own.',
    security: 'upstreamToken',
    json: Beat,
    answers: 'BeatReceived',
  },
  {
    method: 'post',
    path: '/upstream/mail',
    tag: 'Upstream',
    summary: 'A letter of the upstream’s operators, as a mail gateway hands it over',
    description: '401 for a sender that is not known or whose proof fails; it is logged.',
    security: 'upstreamToken',
    json: InboundMail,
    answers: 'UpstreamMailReceived',
  },
];
