;;; emacs_session.el --- An author's session in Emacs, without the author  -*- lexical-binding: t -*-

;; emacs -Q --batch -l emacs_session.el
;;
;; It only watches and types; what it saw goes as JSON to $SESSION_REPORT, and test_emacs.py judges it.  The language
;; client is eglot: built in since Emacs 29, from Debian's elpa-eglot before.

;;; Code:

(dolist (folder (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*"))
  (add-to-list 'load-path folder))
(setq load-prefer-newer t
      make-backup-files nil
      create-lockfiles nil
      auto-save-default nil)
(require 'eglot)
(require 'flymake)
(require 'json)

;; Emacs 28 brings no mode for YAML; the language client does not mind which one it is.
(define-derived-mode masque-mode text-mode "Masque")
(add-to-list 'auto-mode-alist '("\\.masque\\.ya?ml\\'" . masque-mode))
(add-to-list 'eglot-server-programs (list 'masque-mode (getenv "SESSION_SERVER")))

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

(defun session-findings ()
  "What flymake underlines."
  (mapcar (lambda (diagnostic)
            `((message . ,(flymake-diagnostic-text diagnostic))
              (range . ,(vconcat (session-place (flymake-diagnostic-beg diagnostic))
                                 (session-place (flymake-diagnostic-end diagnostic))))))
          (flymake-diagnostics)))

(defun session-has (code)
  "Whether a finding carries CODE."
  (seq-some (lambda (finding) (string-match-p (regexp-quote code) (alist-get 'message finding)))
            (session-findings)))

(defun session-completions ()
  "What completion-at-point offers."
  (pcase (run-hook-with-args-until-success 'completion-at-point-functions)
    (`(,beginning ,end ,table . ,options)
     (let ((offered (all-completions (buffer-substring beginning end) table (plist-get options :predicate)))
           (sort (completion-metadata-get (completion-metadata "" table nil) 'display-sort-function)))
       (mapcar (lambda (candidate)
                 (let ((documentation (plist-get options :company-doc-buffer))
                       (annotation (plist-get options :annotation-function)))
                   `((label . ,(substring-no-properties candidate))
                     (detail . ,(and annotation (funcall annotation candidate)))
                     (documentation
                      . ,(let ((buffer (and documentation (funcall documentation candidate))))
                           (and buffer (with-current-buffer buffer
                                         (buffer-substring-no-properties (point-min) (point-max)))))))))
               (if sort (funcall sort offered) offered))))))

(defun session-replace (line text)
  "Make TEXT the content of LINE, counted from 0, and tell the server."
  (goto-char (point-min))
  (forward-line line)
  (delete-region (point) (line-end-position))
  (insert text)
  (eglot--signal-textDocument/didChange))

(defun session ()
  "The session; returns the report."
  (let* ((document (json-parse-string (getenv "SESSION_DOCUMENT") :object-type 'alist))
         (ring-line (alist-get 'ring_line document))
         report)
    (find-file (alist-get 'path document))
    ;; In batch there is no idle time in which to connect later.
    (let ((eglot-sync-connect t))
      (apply #'eglot (eglot--guess-contact)))
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
    (ignore-errors (eglot-format-buffer))
    (push (cons 'formatted (buffer-string)) report)
    (ignore-errors (eglot-format-buffer))
    (push (cons 'formatted_again (buffer-string)) report)
    (set-buffer-modified-p nil)
    report))

(let ((report (condition-case failure
                  (session)
                (error `((failure . ,(error-message-string failure)))))))
  (with-temp-file (getenv "SESSION_REPORT")
    (insert (json-encode report)))
  (kill-emacs (if (assq 'failure report) 1 0)))

;;; emacs_session.el ends here
