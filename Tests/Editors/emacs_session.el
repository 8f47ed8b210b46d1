;;; emacs_session.el --- An author's session in Emacs, without the author  -*- lexical-binding: t -*-

;; emacs -Q --batch -l emacs_session.el
;;
;; It only watches and types; what it saw goes as JSON to $SESSION_REPORT, and test_emacs.py judges it.  The language
;; client is $SESSION_CLIENT: eglot, built in since Emacs 29, from Debian's elpa-eglot before; or lsp-mode, from
;; elpa-lsp-mode.  It is set up by editors/emacs/masque.el as a user would.

;;; Code:

(dolist (folder (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*"))
  (add-to-list 'load-path folder))
(setq load-prefer-newer t
      make-backup-files nil
      create-lockfiles nil
      auto-save-default nil)
(defvar session-client (intern (getenv "SESSION_CLIENT")))
;; -Q knows no autoloads.
(mapc #'require (if (eq session-client 'eglot)
                    '(eglot)
                  '(lsp-mode lsp-diagnostics lsp-completion)))
(require 'flymake)
(require 'json)
(load (expand-file-name "masque.el" (getenv "SESSION_PLUGIN")) nil t)
(setq masque-server-command (list (getenv "SESSION_SERVER")))

;; lsp-mode asks which folder is meant, and has a debounce of its own for what it draws.
(setq lsp-auto-guess-root t
      lsp-enable-suggest-server-download nil
      lsp-diagnostics-provider :flymake
      lsp-enable-snippet nil
      lsp-enable-file-watchers nil
      lsp-lens-enable nil
      lsp-headerline-breadcrumb-enable nil
      lsp-modeline-code-actions-enable nil
      lsp-modeline-diagnostics-enable nil
      lsp-modeline-workspace-status-enable nil
      lsp-session-file (expand-file-name "lsp-session" (getenv "HOME")))

(defun session-connect ()
  "Start the language client in this buffer."
  (pcase session-client
    ;; In batch there is no idle time in which to connect later.
    ('eglot (let ((eglot-sync-connect t))
              (apply #'eglot (eglot--guess-contact))))
    ('lsp-mode (lsp-workspace-folders-add default-directory)
               (lsp)
               (session-wait (lambda () (and lsp--buffer-workspaces
                                             (eq 'initialized (lsp--workspace-status
                                                               (car lsp--buffer-workspaces)))))))))

(defun session-tell ()
  "Tell the server now what has changed; lsp-mode does it by itself."
  (when (eq session-client 'eglot)
    (eglot--signal-textDocument/didChange)))

(defun session-format ()
  "Format the buffer."
  (ignore-errors
    (if (eq session-client 'eglot) (eglot-format-buffer) (lsp-format-buffer))))

(defvar session-patience (/ (string-to-number (getenv "SESSION_PATIENCE")) 1000.0))

(defun session-wait (condition)
  "Serve the language server until CONDITION holds or patience ends."
  (let ((end (+ (float-time) session-patience)))
    (while (and (not (funcall condition)) (< (float-time) end))
      (accept-process-output nil 0.02)
      ;; Flymake starts from idle timers, and a batch Emacs is never idle.
      (flymake-start nil))))

(defun session-place (position)
  "The line and the column, from 0, of POSITION."
  (save-excursion
    (goto-char position)
    (vector (1- (line-number-at-pos)) (- position (line-beginning-position)))))

(defun session-code (diagnostic)
  "The code of DIAGNOSTIC; eglot writes it into the message, lsp-mode leaves it out there."
  (when (eq session-client 'lsp-mode)
    (let ((found (seq-find (lambda (each)
                             (equal (lsp:diagnostic-message each) (flymake-diagnostic-text diagnostic)))
                           (gethash buffer-file-name (lsp-diagnostics t)))))
      (and found (lsp:diagnostic-code? found)))))

(defun session-findings ()
  "What flymake underlines."
  (mapcar (lambda (diagnostic)
            `((message . ,(flymake-diagnostic-text diagnostic))
              (code . ,(session-code diagnostic))
              (range . ,(vconcat (session-place (flymake-diagnostic-beg diagnostic))
                                 (session-place (flymake-diagnostic-end diagnostic))))))
          (flymake-diagnostics)))

(defun session-has (code)
  "Whether a finding carries CODE."
  (seq-some (lambda (finding) (string-match-p (regexp-quote code) (alist-get 'message finding)))
            (session-findings)))

(defun session-documentation (candidate options)
  "What is said about CANDIDATE, by the OPTIONS of its table."
  ;; Of lsp-mode, company-mode would make a buffer; the text is the same without it.
  (if (eq session-client 'lsp-mode)
      (substring-no-properties (or (lsp-completion--get-documentation candidate) ""))
    (let* ((documentation (plist-get options :company-doc-buffer))
           (buffer (and documentation (funcall documentation candidate))))
      (and buffer (with-current-buffer buffer
                    (buffer-substring-no-properties (point-min) (point-max)))))))

(defun session-completions ()
  "What completion-at-point offers."
  (pcase (run-hook-with-args-until-success 'completion-at-point-functions)
    (`(,beginning ,end ,table . ,options)
     (let ((offered (all-completions (buffer-substring beginning end) table (plist-get options :predicate)))
           (sort (completion-metadata-get (completion-metadata "" table nil) 'display-sort-function)))
       (mapcar (lambda (candidate)
                 (let ((annotation (plist-get options :annotation-function)))
                   `((label . ,(substring-no-properties candidate))
                     (detail . ,(and annotation (funcall annotation candidate)))
                     (documentation . ,(session-documentation candidate options)))))
               (if sort (funcall sort offered) offered))))))

(defun session-replace (line text)
  "Make TEXT the content of LINE, counted from 0, and tell the server."
  (goto-char (point-min))
  (forward-line line)
  (delete-region (point) (line-end-position))
  (insert text)
  (session-tell))

(defun session ()
  "The session; returns the report."
  (let* ((document (json-parse-string (getenv "SESSION_DOCUMENT") :object-type 'alist))
         (ring-line (alist-get 'ring_line document))
         report)
    (find-file (alist-get 'path document))
    (push (cons 'mode major-mode) report)
    (session-connect)
    (session-wait (lambda ()
                    (and (session-has "ring") (session-has "flavour") (session-has "version"))))
    (push (cons 'broken (vconcat (session-findings))) report)

    (session-replace ring-line "ring: ")
    (push (cons 'completions (vconcat (session-completions))) report)

    (session-replace ring-line "ring: player")
    (session-wait (lambda () (= (length (session-findings)) 2)))
    (push (cons 'ring_fixed (vconcat (session-findings))) report)

    (session-replace (alist-get 'unknown_line document) (alist-get 'version document))
    (session-wait (lambda () (null (session-findings))))
    (let ((session-patience 0.1))
      (session-wait #'ignore))
    (push (cons 'all_fixed (vconcat (session-findings))) report)

    (push (cons 'tidy (buffer-string)) report)
    (session-replace ring-line "ring  :    player  \n\n   ")
    (push (cons 'untidy (buffer-string)) report)
    (session-format)
    (push (cons 'formatted (buffer-string)) report)
    (session-format)
    (push (cons 'formatted_again (buffer-string)) report)
    (set-buffer-modified-p nil)
    (push (cons 'explained (ignore-errors (plist-get (masque-explain-intent "deploy the web site") :verdict))) report)
    (push (cons 'preview (ignore-errors
                           (masque-preview)
                           (with-current-buffer "*masque preview*" (buffer-string))))
          report)
    (push (cons 'names (ignore-errors (vconcat (masque-names)))) report)
    report))

;;; Wearing

(defun session-text (name)
  "What is in the file NAME of the project."
  (with-temp-buffer
    (insert-file-contents (expand-file-name name (getenv "SESSION_PROJECT")))
    (buffer-string)))

(defun session-wearing ()
  "Put a masque on and take it off by the commands of the plugin; returns the report."
  (let ((settings ".claude/settings.local.json")
        report)
    (find-file (expand-file-name "personas/scribe.masque.yaml" (getenv "SESSION_PROJECT")))
    (session-connect)
    (push (cons 'refused (condition-case failure
                             (progn (masque-don "Scribe" "write a letter without sources") nil)
                           (error (error-message-string failure))))
          report)
    (let ((donned (masque-don "Scribe" "write a letter")))
      (push (cons 'donned (plist-get (plist-get donned :active) :name)) report)
      (push (cons 'block (plist-get donned :text)) report))
    (push (cons 'terminal (shell-command-to-string (concat (getenv "SESSION_MASQUE") " id --json"))) report)
    (push (cons 'settings_worn (session-text settings)) report)
    (push (cons 'doffed (plist-get (plist-get (masque-doff) :ended) :name)) report)
    (push (cons 'nothing (and (plist-get (masque-doff) :ended) t)) report)
    (push (cons 'final (session-text settings)) report)
    report))

(let ((report (condition-case failure
                  (if (getenv "SESSION_PROJECT") (session-wearing) (session))
                (error `((failure . ,(error-message-string failure)))))))
  (with-temp-file (getenv "SESSION_REPORT")
    (insert (json-encode report)))
  (kill-emacs (if (assq 'failure report) 1 0)))

;;; emacs_session.el ends here
