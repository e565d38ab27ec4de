/** Parameters of the list of events (payjp-api section 3.8). */
import { optional, text } from '../http/fields.ts';
import { ListForm } from '../http/list.ts';

const filter = optional(text(100, 'invalid_querystring'));

export const ListEventsForm = ListForm.extend({ resource_id: filter, object: filter, type: filter });
