packages <- c("rpart", "bedelNoSuchPackage")
install.packages(packages)
