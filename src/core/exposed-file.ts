/**
 * A file that others can access, by who can fix that: this user, or only root (as with files that a
 * container mounts).
 */
export type ExposedFile = 'own' | 'of root';

export const ONLY_ROOT = 'It belongs to root, and only root can change that.';
