# Trains the diabetes models a course would hand in, and sets the professor's hidden rows aside.
#
#   Rscript train.R DIR
#
# Writes DIR/<bundle>/, DIR/<bundle>.zip and DIR/<bundle>.tar.gz for both models, and DIR/data/diabetes-hidden.csv,
# which no model has seen. Same input, same models: the seed is fixed.

library(rpart)

here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])))
out <- commandArgs(TRUE)[1]
if (is.na(out)) stop("usage: Rscript train.R DIR")

data("PimaIndiansDiabetes", package = "mlbench")
rows <- PimaIndiansDiabetes
names(rows)[names(rows) == "diabetes"] <- "label"

# 30 % of each class are hidden.
set.seed(2026)
hidden <- sort(unlist(lapply(split(seq_len(nrow(rows)), rows$label), function(at) sample(at, round(length(at) * 0.3)))))
known <- rows[-hidden, ]

dir.create(file.path(out, "data"), recursive = TRUE, showWarnings = FALSE)
write.csv(rows[hidden, ], file.path(out, "data", "diabetes-hidden.csv"), row.names = FALSE, quote = FALSE)

make_bundle <- function(bundle, source, artefact, fitted) {
  folder <- file.path(out, bundle)
  unlink(folder, recursive = TRUE)
  dir.create(folder)
  from <- file.path(here, "models", source)
  file.copy(list.files(from, all.files = TRUE, no.. = TRUE, full.names = TRUE), folder, recursive = TRUE)
  saveRDS(fitted, file.path(folder, artefact))
  status <- system2("python3", c(shQuote(file.path(here, "pack.py")), shQuote(out), bundle))
  if (status != 0) stop("cannot pack ", bundle)
  guesses <- predict(fitted, rows[hidden, ], type = "class")
  cat(sprintf("%s: accuracy=%.4f\n", bundle, mean(guesses == rows$label[hidden])))
}

tree <- rpart(label ~ ., known, method = "class", control = rpart.control(cp = 0.01, xval = 10))
tree <- prune(tree, cp = tree$cptable[which.min(tree$cptable[, "xerror"]), "CP"])
make_bundle("diabetes-tree", "diabetes-tree", "model.rds", tree)

stump <- rpart(label ~ glucose, known, method = "class", control = rpart.control(maxdepth = 1, xval = 0))
make_bundle("diabetes-glucose", "diabetes-glucose", "stump.rds", stump)
