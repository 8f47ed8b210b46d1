;;; masque.el --- Masques: findings, completion and commands by masque-lsp  -*- lexical-binding: t -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "26.1"))
;; Keywords: languages, tools
;; URL: https://github.com/ChrisDBaldwin/masques

;; This file is not part of GNU Emacs.

;;; Commentary:

;; A mode for `*.masque.yaml', derived from whichever mode for YAML there is, and masque-lsp for it, through eglot or
;; lsp-mode, whichever is loaded:
;;
;;   (require 'masque)
;;   (add-hook 'masque-mode-hook #'eglot-ensure)     ; or #'lsp-deferred
;;
;; `M-x masque-preview', `masque-explain-intent' and the others run commands of the server.

;;; Code:

(require 'json)

(defgroup masque nil
  "Masques: temporary identities for agents."
  :group 'languages
  :prefix "masque-")

(defcustom masque-server-command '("masque-lsp")
  "The language server and its arguments."
  :type '(repeat string)
  :group 'masque)

(defvar eglot-server-programs)
(defvar lsp-language-id-configuration)
(defvar lsp-semantic-tokens-enable)
(declare-function eglot-current-server "eglot")
(declare-function eglot--TextDocumentIdentifier "eglot")
(declare-function eglot-execute-command "eglot")
(declare-function jsonrpc-request "jsonrpc")
(declare-function lsp-register-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function lsp-register-custom-settings "lsp-mode")
(declare-function lsp-request "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(declare-function treesit-ready-p "treesit")
(declare-function flymake-diagnostics "flymake")
(declare-function flymake-diagnostic-text "flymake")

;; The mode beneath: colours, comments and indentation are those of YAML.  `yaml-ts-mode' without its grammar only warns.
(defalias 'masque--parent-mode
  (cond
   ((require 'yaml-mode nil t) 'yaml-mode)
   ((and (fboundp 'yaml-ts-mode) (require 'treesit nil t) (funcall 'treesit-ready-p 'yaml t)
         ;; Loading it takes over all YAML, masques included; other YAML is to stay as it is.
         (let ((auto-mode-alist auto-mode-alist))
           (require 'yaml-ts-mode nil t)))
    'yaml-ts-mode)
   (t 'conf-colon-mode)))

(defvar masque-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-p") #'masque-preview)
    (define-key map (kbd "C-c C-e") #'masque-explain-intent)
    map)
  "Keys of `masque-mode'.")

;;;###autoload
(define-derived-mode masque-mode masque--parent-mode "Masque"
  "Mode for masques, by masque-lsp.

\\{masque-mode-map}"
  (setq-local indent-tabs-mode nil
              tab-width 2))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.masque\\.ya?ml\\'" . masque-mode))
;; What is around masques: evaluations, and the settings of the linter and of masque.
;;;###autoload
(dolist (names '("\\.eval\\.yaml\\'" "/\\.masque-lint\\.yaml\\'" "/\\.masques/config\\.yaml\\'"))
  (add-to-list 'auto-mode-alist (cons names 'masque-mode)))

;;; The server

(defun masque--contact (&rest _)
  "The command that starts the server."
  masque-server-command)

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(masque-mode . masque--contact)))

(with-eval-after-load 'lsp-mode
  (add-to-list 'lsp-language-id-configuration '(masque-mode . "masque"))
  (lsp-register-client
   (make-lsp-client
    :new-connection (lsp-stdio-connection (lambda () masque-server-command))
    :major-modes '(masque-mode)
    :priority 1
    :server-id 'masque-lsp)))

;;; Commands

(defun masque--execute (command argument)
  "Run COMMAND of the server with ARGUMENT, a plist; return its result as a plist."
  (let ((params (list :command command
                      :arguments (vector (or argument (make-hash-table))))))
    (cond
     ((and (fboundp 'eglot-current-server) (eglot-current-server))
      (jsonrpc-request (eglot-current-server) :workspace/executeCommand params))
     ((bound-and-true-p lsp-mode)
      (masque--plist (lsp-request "workspace/executeCommand" params)))
     (t (user-error "No masque-lsp is running here: M-x eglot, or M-x lsp")))))

(defun masque--plist (value)
  "VALUE as a plist, where lsp-mode gives hash tables."
  (cond
   ((hash-table-p value)
    (let (result)
      (maphash (lambda (key item)
                 (setq result (plist-put result (intern (concat ":" key)) (masque--plist item))))
               value)
      result))
   ((vectorp value) (vconcat (mapcar #'masque--plist value)))
   (t value)))

(defun masque--uri ()
  "How the server is told of this buffer."
  (cond
   ((and (fboundp 'eglot-current-server) (eglot-current-server))
    (plist-get (eglot--TextDocumentIdentifier) :uri))
   ((fboundp 'lsp--buffer-uri) (funcall 'lsp--buffer-uri))))

(defun masque--show (name text)
  "Show TEXT in a buffer that is called NAME."
  (with-current-buffer (get-buffer-create (format "*masque %s*" name))
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert text)
      (goto-char (point-min)))
    (special-mode)
    (display-buffer (current-buffer))))

(defun masque-names ()
  "The names of the masques that can be put on."
  (delete-dups
   (mapcar (lambda (masque) (plist-get masque :name))
           (append (plist-get (masque--execute "masque.list" nil) :masques) nil))))

(defun masque--read (prompt)
  "Ask for a masque with PROMPT."
  (completing-read prompt (masque-names) nil t))

;;;###autoload
(defun masque-preview ()
  "Show what putting on the masque of this buffer would print, saved or not."
  (interactive)
  (masque--show "preview" (plist-get (masque--execute "masque.preview" (list :uri (masque--uri))) :text)))

;;;###autoload
(defun masque-explain-intent (phrase)
  "Say what the masque of this buffer makes of PHRASE, and why."
  (interactive "sIntent: ")
  (let* ((result (masque--execute "masque.intent.explain" (list :uri (masque--uri) :phrase phrase)))
         (pattern (plist-get result :pattern))
         (line (plist-get (plist-get result :location) :line)))
    (message "%s: %s%s%s" phrase (plist-get result :verdict)
             (if pattern (format ", by `%s'" pattern) "")
             (if line (format " (line %d)" line) ""))
    result))

;;;###autoload
(defun masque-diff-intents (before after)
  "Say how the intents of the masques BEFORE and AFTER relate."
  (interactive (list (masque--read "Compare: ") (masque--read "With: ")))
  (let ((result (masque--execute "masque.intent.diff" (list :before before :after after))))
    (message "%s is %s compared with %s" after (plist-get result :relation) before)
    result))

;;;###autoload
(defun masque-explain-rule (code)
  "Show the page of the finding with CODE."
  (interactive
   (list (completing-read "Finding: "
                          (delete-dups
                           (mapcar #'masque--code
                                   (and (fboundp 'flymake-diagnostics) (flymake-diagnostics)))))))
  (masque--show code (plist-get (masque--execute "masque.explainRule" (list :code code)) :page)))

(defun masque--code (finding)
  "The code of FINDING, which eglot writes in brackets in its message."
  (let ((text (flymake-diagnostic-text finding)))
    (if (string-match "\\[\\([a-z-]+\\)\\]" text) (match-string 1 text) "")))

;;;###autoload
(defun masque-don (masque intent)
  "Put MASQUE on for INTENT, which may be empty."
  (interactive (list (masque--read "Don: ") (read-string "What for (may be empty): ")))
  (let ((result (masque--execute "masque.don"
                                 (append (list :masque masque)
                                         (unless (string-empty-p intent) (list :intent intent))))))
    (message "You wear %s" (plist-get (plist-get result :active) :name))
    result))

;;;###autoload
(defun masque-doff ()
  "Take the masque off."
  (interactive)
  (let* ((result (masque--execute "masque.doff" nil))
         (ended (plist-get result :ended)))
    (message (if ended "%s is off" "No masque is worn") (plist-get ended :name))
    result))

(provide 'masque)

;;; masque.el ends here
