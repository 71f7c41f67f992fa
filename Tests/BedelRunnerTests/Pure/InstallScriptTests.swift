import Testing

@testable import BedelRunner

@Suite("install.R")
struct InstallScriptTests {
    @Test func everyUsualWayToAskIsUnderstood() {
        let script = """
            # install.packages("commented")
            install.packages("rpart", repos = "https://cran.example")
            install.packages(pkgs = c('caret', "mlbench"))
            library(methods); require("stats")
            if (!requireNamespace("jsonlite", quietly = TRUE)) install.packages("jsonlite")
            remotes::install_version("e1071", version = "1.7")
            wanted <- c("randomForest",
                        "ranger")
            install.packages(wanted)
            BiocManager::install("limma")
            """
        #expect(
            InstallScript(script).packages == [
                "caret", "e1071", "jsonlite", "limma", "methods", "mlbench", "randomForest", "ranger", "rpart", "stats",
            ])
    }

    @Test func whatIsNoPackageNameIsLeftOut() {
        #expect(
            InstallScript(#"install.packages("../x"); library(2); install.packages("a;b"); install.packages("#).packages
                == [])
    }

    @Test func textsMayHoldWhatLooksLikeACall() {
        #expect(InstallScript(#"cat("library(rpart)"); cat('it\'s # install.packages("x")')"#).packages == [])
    }
}
