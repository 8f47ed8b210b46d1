-- What the scorer may touch: the folder of the telemetry, and as much memory as it is given.
SET threads = getvariable('threads');
SET memory_limit = getvariable('memory');
SET preserve_insertion_order = false;
-- What is no longer needed is given back at once: a limit says nothing of it.
SET allocator_flush_threshold = '1MiB';
SET enable_progress_bar = false;
SET autoinstall_known_extensions = false;
SET autoload_known_extensions = false;
SET allowed_directories = [getvariable('folder')];
SET enable_external_access = false;
SET lock_configuration = true;
