/** A file that is open to others, by who can mend that: this user, or root alone, as of what a container mounts. */
export type OpenFile = 'own' | 'of root';

export const ROOT_MENDS = 'It belongs to root, and only root can mend that.';
